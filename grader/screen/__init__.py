"""What fills a terminal: keyboard, watch mode, mock interviews."""
