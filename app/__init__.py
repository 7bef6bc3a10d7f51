"""The front doors. They parse, call and show; there is no logic here."""
