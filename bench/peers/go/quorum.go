package main

import "time"

type ballot struct {
	round int
	votes chan<- int
}

// A coordinator asks 5 voters, waits for 3 yes votes, then starts the next round; late votes are dropped. Per round.
func quorum() {
	rounds := size(0)
	var voters [5]chan ballot
	for i := range voters {
		voters[i] = make(chan ballot, mailbox)
		go func(in <-chan ballot) {
			for b := range in {
				b.votes <- b.round
			}
		}(voters[i])
	}
	start, good := time.Now(), 0
	for round := 0; round < rounds; round++ {
		votes := make(chan int, len(voters)) // there is room for late ones, so no voter waits
		for _, v := range voters {
			v <- ballot{round, votes}
		}
		yes := 0
		for yes < 3 {
			if <-votes == round {
				yes++
			}
		}
		good++
	}
	check(good == rounds)
	report(start, rounds)
}
