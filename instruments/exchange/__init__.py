"""Instruments from and to other formats: FHIR Questionnaires, REDCap dictionaries, our own YAML, CSV answers."""
