package main

import "time"

// Two agents exchange N round trips, one small integer a message. Per message.
func pingpong() {
	n := size(0)
	ping, pong := make(chan int), make(chan int)
	go func() {
		for v := range ping {
			pong <- v
		}
	}()
	start, last := time.Now(), 0
	for i := n; i > 0; i-- {
		ping <- i
		last = <-pong
	}
	check(last == 1)
	report(start, 2*n)
}
