"""Free SPARQL: any query, within limits, with help where it fails or finds nothing."""
