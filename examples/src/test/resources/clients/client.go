// Clients of the examples, and a server for the parallel dialer, on Go.
// go run client.go SCENARIO PORT...; exits with 0 only if everything came back as it should.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"strings"
)

const host = "127.0.0.1:"

func must(failure error) {
	if failure != nil {
		fmt.Println(failure)
		os.Exit(1)
	}
}

func require(fact bool, otherwise ...any) {
	if !fact {
		fmt.Println(otherwise...)
		os.Exit(1)
	}
}

func echoOne(port string) {
	connection, failure := net.Dial("tcp", host+port)
	must(failure)
	sent := make([]byte, 200000)
	rand.New(rand.NewSource(1)).Read(sent)
	go func() {
		_, failure := connection.Write(sent)
		must(failure)
		must(connection.(*net.TCPConn).CloseWrite())
	}()
	received, failure := io.ReadAll(connection)
	must(failure)
	require(bytes.Equal(sent, received), "other bytes came back")
}

func echo(port string) {
	done := make(chan bool)
	for i := 0; i < 20; i++ {
		go func() {
			echoOne(port)
			done <- true
		}()
	}
	for i := 0; i < 20; i++ {
		<-done
	}
	fmt.Println("20 connections echoed")
}

func game(tcpPort, udpPort string) {
	tcp, failure := net.Dial("tcp", host+tcpPort)
	must(failure)
	lines := bufio.NewReader(tcp)
	until := func(wanted string) {
		for {
			line, failure := lines.ReadString('\n')
			must(failure)
			if strings.Contains(line, wanted) {
				return
			}
		}
	}
	udp, failure := net.Dial("udp", host+udpPort)
	must(failure)
	heard := func(wanted string) {
		datagram := make([]byte, 4096)
		for {
			count, failure := udp.Read(datagram)
			must(failure)
			if strings.Contains(string(datagram[:count]), wanted) {
				return
			}
		}
	}
	fmt.Fprint(tcp, "join ann\n")
	until("welcome ann")
	fmt.Fprint(udp, "join bob")
	heard("welcome bob")
	fmt.Fprint(udp, "move 1 2")
	until("bob=1,2")
	fmt.Fprint(tcp, "move -1 -2\n")
	heard("ann=-1,-2")
	fmt.Fprint(tcp, "leave\n")
	until("bye")
	fmt.Fprint(udp, "leave")
	heard("bye")
	fmt.Println("players met")
}

func listen() {
	listener, failure := net.Listen("tcp", host+"0")
	must(failure)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	connection, failure := listener.Accept()
	must(failure)
	rest, failure := io.ReadAll(connection)
	must(failure)
	require(len(rest) == 0, "bytes came")
	fmt.Println("end")
}

func main() {
	switch os.Args[1] {
	case "echo":
		echo(os.Args[2])
	case "game":
		game(os.Args[2], os.Args[3])
	case "listen":
		listen()
	default:
		require(false, "unknown scenario")
	}
}
