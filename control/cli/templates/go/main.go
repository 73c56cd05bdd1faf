package main

import "fmt"

// handler takes the body, or the query of a GET, and answers what becomes JSON.
func handler(data map[string]interface{}, context map[string]interface{}) (map[string]interface{}, error) {
	name, ok := data["name"].(string)
	if !ok {
		name = "world"
	}
	return map[string]interface{}{"message": fmt.Sprintf("Hello, %s!", name)}, nil
}
