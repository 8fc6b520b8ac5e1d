"""The history of the schema. Each version is a file; a deployment walks them in order."""
