"""English dates are typed as in Dutch, the day first.

Django's own formats read 3/4/2026 as a day in March, and refuse 3-4-2026.
"""

DATE_INPUT_FORMATS = ["%d-%m-%Y", "%d-%m-%y", "%d/%m/%Y", "%d/%m/%y"]
DATETIME_INPUT_FORMATS = ["%d-%m-%Y %H:%M", "%d-%m-%y %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%y %H:%M"]
