package main

import "time"

// P producers each send N/P messages to one consumer, which adds them up. Per message.
func fanin() {
	producers, each := size(0), size(1)/size(0)
	n := producers * each
	consumer, done := make(chan int, mailbox), make(chan int)
	go func() {
		sum := 0
		for i := 0; i < n; i++ {
			sum += <-consumer
		}
		done <- sum
	}()
	start := time.Now()
	for p := 0; p < producers; p++ {
		go func() {
			for i := 0; i < each; i++ {
				consumer <- 1
			}
		}()
	}
	check(<-done == n)
	report(start, n)
}
