package main

import "time"

// A agents in a ring pass one token H hops. Per hop.
func ring() {
	agents, hops := size(0), size(1)
	done := make(chan int)
	first := make(chan int, 1)
	in := first
	for i := 0; i < agents; i++ {
		out := make(chan int, 1)
		if i == agents-1 {
			out = first
		}
		go func(in <-chan int, out chan<- int) {
			for left := range in {
				if left == 0 {
					done <- left
				} else {
					out <- left - 1
				}
			}
		}(in, out)
		in = out
	}
	start := time.Now()
	first <- hops
	check(<-done == 0)
	report(start, hops)
}
