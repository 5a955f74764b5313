package main

import "time"

// A parent creates N agents, with 500 alive at a time; each gets one message, replies once and ends. Per agent.
func spawn() {
	n := size(0)
	done := make(chan int, mailbox)
	next := func(i int) {
		in := make(chan int, 1)
		go func() { done <- <-in }()
		in <- i
	}
	start, made, sum := time.Now(), 0, 0
	for ; made < 500 && made < n; made++ {
		next(made)
	}
	for i := 0; i < n; i++ {
		sum += <-done
		if made < n {
			next(made)
			made++
		}
	}
	check(sum == n*(n-1)/2)
	report(start, n)
}
