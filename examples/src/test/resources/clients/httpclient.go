// A client of the HTTP example on Go, apart from the others since its library takes long to build.
// go run httpclient.go PORT; exits with 0 only if everything came back as it should.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
)

func must(failure error) {
	if failure != nil {
		fmt.Println(failure)
		os.Exit(1)
	}
}

func main() {
	connections := 0
	trace := &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if !got.Reused {
			connections++
		}
	}}
	client := &http.Client{Transport: &http.Transport{}}
	for i := 0; i < 200; i++ {
		request, failure := http.NewRequest("GET", "http://127.0.0.1:"+os.Args[1]+"/plaintext", nil)
		must(failure)
		response, failure := client.Do(
			request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
		must(failure)
		text, failure := io.ReadAll(response.Body)
		must(failure)
		if response.StatusCode != 200 || string(text) != "Hello, World!" {
			must(fmt.Errorf("%v %s", response, text))
		}
	}
	fmt.Println("200 requests,", connections, "connection")
}
