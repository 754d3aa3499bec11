"""The burned-in clock: where it stands in the picture, what it shows, and how it ran against the recording's."""
