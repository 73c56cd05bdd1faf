def handler(data, context):
    """Takes the body, or the query of a GET, and answers what becomes JSON."""
    name = data.get("name", "world")
    return {"message": f"Hello, {name}!"}
