/* For `/cms/`: what is typed as a date stays as it is typed, and the form says what is wrong with it. */
"use strict";

/* The calendar would put today, or another date that it reads in it, in the place of what it cannot read. */
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
