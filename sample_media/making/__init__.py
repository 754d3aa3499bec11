"""How the sample media are made: scenario, sound, picture, file, truth."""
