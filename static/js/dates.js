/* For `/cms/`: what is typed as a date stays as it is typed, and the form says what is wrong with it. */
"use strict";

/* The calendar would put today, or another date that it reads in it, in the place of what it cannot read. */
jQuery.fn.datetimepicker.defaults.validateOnBlur = false;

/* The calendar opens a tenth of a second after its field has focus, by then somebody who types and tabs may be in the next one. */
jQuery.fn.datetimepicker.defaults.onShow = (time, field) => field.is(":focus");
