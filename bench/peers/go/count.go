package main

import "time"

type counted struct {
	add   int
	total chan<- int // asks for the total
}

// One producer sends N increments to a counter in one go, then asks for the total. Per message.
func count() {
	n := size(0)
	counter := make(chan counted, mailbox)
	go func() {
		sum := 0
		for m := range counter {
			if m.total != nil {
				m.total <- sum
			}
			sum += m.add
		}
	}()
	start := time.Now()
	for i := 0; i < n; i++ {
		counter <- counted{add: 1}
	}
	total := make(chan int)
	counter <- counted{total: total}
	check(<-total == n)
	report(start, n)
}
