package main

import (
	"sync"
	"time"
)

// One producer sends N items through a channel of 1,024 to one consumer. Per item.
func chan1() {
	n := size(0)
	c := make(chan int, 1024)
	start, sum := time.Now(), 0
	go func() {
		for i := 0; i < n; i++ {
			c <- i
		}
		close(c)
	}()
	for x := range c {
		sum += x
	}
	check(sum == n*(n-1)/2)
	report(start, n)
}

// Four producers send N items together through a channel of 1,024 to four consumers. Per item.
func chanmp() {
	n := size(0)
	c, sums := make(chan int, 1024), make(chan int, 4)
	for i := 0; i < 4; i++ {
		go func() {
			sum := 0
			for x := range c {
				sum += x
			}
			sums <- sum
		}()
	}
	var producers sync.WaitGroup
	producers.Add(4)
	start := time.Now()
	for i := 0; i < 4; i++ {
		go func(from, to int) {
			for x := from; x < to; x++ {
				c <- x
			}
			producers.Done()
		}(i*n/4, (i+1)*n/4)
	}
	producers.Wait()
	close(c)
	sum := 0
	for i := 0; i < 4; i++ {
		sum += <-sums
	}
	check(sum == n*(n-1)/2)
	report(start, n)
}

// One agent puts an item into a channel and takes it out again, N times. Per pair.
func chanenq() {
	n := size(0)
	c := make(chan int, 1024)
	start, sum := time.Now(), 0
	for i := 0; i < n; i++ {
		select {
		case c <- i:
		default:
		}
		select {
		case x := <-c:
			sum += x
		default:
		}
	}
	check(sum == n*(n-1)/2)
	report(start, n)
}
