"""The style profile: facts per file, their sum, explicit configuration, enforcement."""
