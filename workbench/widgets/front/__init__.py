"""The front end: files of JavaScript that all views share, as one text, and pictures behind it."""
