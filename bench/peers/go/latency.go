package main

import (
	"fmt"
	"sort"
	"time"
)

func echo(ping <-chan int, pong chan<- int) {
	for v := range ping {
		pong <- v
	}
}

// N round trips between two agents, each timed, while P other pairs do the same: percentiles of one round trip.
func latency() {
	n, pairs := size(0), size(1)
	for i := 0; i < pairs; i++ {
		ping, pong := make(chan int), make(chan int)
		go echo(ping, pong)
		go func() {
			for {
				ping <- 1
				<-pong
			}
		}()
	}
	ping, pong := make(chan int), make(chan int)
	go echo(ping, pong)
	times := make([]int, n)
	for i := range times {
		times[i] = 1 // so that no page of it is new while it is timed
	}
	for i := range times {
		start := time.Now()
		ping <- i
		check(<-pong == i)
		times[i] = int(time.Since(start))
	}
	sort.Ints(times)
	fmt.Printf("p50 %d\np99 %d\np99.9 %d\nmax %d\n", times[n/2], times[n*99/100], times[n*999/1000], times[n-1])
}
