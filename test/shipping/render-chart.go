// Renders the chart with the template engine and the functions that Helm itself is made of. It is run by hand and by a test
// where Go and its library of functions are installed; elsewhere that test says that it is skipped.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v2"
)

// Arguments: the folder of the templates, and the context as JSON. Prints a JSON object from file name to text.
func main() {
	var context map[string]interface{}
	check(json.Unmarshal([]byte(os.Args[2]), &context))
	root := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		check(err)
		return strings.TrimSuffix(string(text), "\n")
	}
	functions["required"] = func(says string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(says)
		}
		return value, nil
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out bytes.Buffer
		err := root.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	root.Funcs(functions)
	paths, err := filepath.Glob(filepath.Join(os.Args[1], "*"))
	check(err)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(err)
		template.Must(root.New(filepath.Base(path)).Parse(string(text)))
	}
	rendered := map[string]string{}
	for _, path := range paths {
		var out bytes.Buffer
		check(root.ExecuteTemplate(&out, filepath.Base(path), context))
		rendered[filepath.Base(path)] = out.String()
	}
	check(json.NewEncoder(os.Stdout).Encode(rendered))
}

func check(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}
