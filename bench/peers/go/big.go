package main

import "time"

type bigMessage struct {
	from int
	pong bool
}

// A agents; each pings a random other one, waits for the pong, R times; a sink collects. Per ping-pong.
func big() {
	agents, rounds := size(0), size(1)
	sink := make(chan int, agents)
	members := make([]chan bigMessage, agents)
	for i := range members {
		members[i] = make(chan bigMessage, agents+1) // a ping from each other one and a pong: nobody waits to send
	}
	member := func(i int) {
		state, left, answered := uint64(i)*2654435769+88172645463325252, rounds, 0
		next := func() {
			if left == 0 {
				sink <- answered
				return
			}
			left--
			state ^= state << 13
			state ^= state >> 7
			state ^= state << 17
			other := int(state % uint64(agents))
			if other == i {
				other = (other + 1) % agents
			}
			members[other] <- bigMessage{from: i}
		}
		next()
		for m := range members[i] {
			if m.pong {
				next()
			} else {
				answered++
				members[m.from] <- bigMessage{pong: true}
			}
		}
	}
	start := time.Now()
	for i := range members {
		go member(i)
	}
	for i := 0; i < agents; i++ {
		<-sink
	}
	report(start, agents*rounds)
}
