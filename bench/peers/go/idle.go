package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"
)

func resident() int {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	var total, pages int
	fmt.Sscan(string(statm), &total, &pages)
	return pages * os.Getpagesize()
}

// N idle agents alive at once, each having handled one message: bytes of each; then all end: what is left of each.
func idle() {
	n := size(0)
	before := resident()
	all := make([]chan int, n)
	var touched, ended sync.WaitGroup
	touched.Add(n)
	ended.Add(n)
	for i := range all {
		in := make(chan int, 1)
		all[i] = in
		go func() {
			for range in {
				touched.Done()
			}
			ended.Done()
		}()
		in <- i
	}
	touched.Wait()
	fmt.Printf("idle %.0f bytes\n", float64(resident()-before)/float64(n))
	for _, in := range all {
		close(in)
	}
	ended.Wait()
	all = nil
	debug.FreeOSMemory()
	fmt.Printf("drained %.0f bytes\n", float64(resident()-before)/float64(n))
}
