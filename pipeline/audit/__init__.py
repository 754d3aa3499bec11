"""The audit of camera use: figures by officer, unit, shift, call type and month; locked values; random samples."""
