// Command bench runs one workload of ../workloads.py: bench WORKLOAD SIZE...
// GOMAXPROCS says on how many threads. An agent is a goroutine with a channel as its mailbox.
package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

var workloads = map[string]func(){
	"pingpong": pingpong, "count": count, "ring": ring, "spawn": spawn, "fanin": fanin, "big": big,
	"chameneos": chameneos, "payload": payload, "quorum": quorum, "idle": idle, "latency": latency,
	"chan1": chan1, "chanmp": chanmp, "chanenq": chanenq, "nbody": nbody, "fannkuch": fannkuch,
}

// What a mailbox holds before its senders pause.
const mailbox = 1024

// size is the workload's i-th size.
func size(i int) int {
	n, err := strconv.Atoi(os.Args[2+i])
	if err != nil {
		panic(err)
	}
	return n
}

// check ends the program if the result is not what it must be.
func check(ok bool) {
	if !ok {
		fmt.Println(os.Args[1], "WRONG")
		os.Exit(1)
	}
}

// report prints the time since start, by each of n operations.
func report(start time.Time, n int) {
	fmt.Printf("%s %.2f ns\n", os.Args[1], float64(time.Since(start).Nanoseconds())/float64(n))
}

func main() { workloads[os.Args[1]]() }
