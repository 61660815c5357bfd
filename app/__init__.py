"""The Chainrule web service: REST, layout, picture, settings and saved links over the engine in `core`."""
