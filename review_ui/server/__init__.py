"""What the browser asks for besides the pages: media with ranges, data as JSON, the player's modules, and the gate."""
