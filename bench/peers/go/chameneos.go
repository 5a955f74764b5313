package main

import "time"

const faded = -1

type visit struct {
	colour int
	who    chan int
}

func complement(a, b int) int {
	if a == b {
		return a
	}
	return 3 - a - b
}

// C creatures meet in pairs at a mall, M times; both take the colour that neither has. Per meeting.
func chameneos() {
	creatures, meetings := size(0), size(1)
	mall, ended := make(chan visit, creatures), make(chan int, creatures)
	creature := func(colour int) {
		met, own := 0, make(chan int, 1)
		for {
			mall <- visit{colour, own}
			other := <-own
			if other == faded {
				ended <- met
				return
			}
			met++
			colour = complement(colour, other)
		}
	}
	start := time.Now()
	for i := 0; i < creatures; i++ {
		go creature(i % 3)
	}
	for i := 0; i < meetings; i++ {
		a, b := <-mall, <-mall
		a.who <- b.colour
		b.who <- a.colour
	}
	sum := 0
	for i := 0; i < creatures; i++ {
		(<-mall).who <- faded
		sum += <-ended
	}
	check(sum == 2*meetings)
	report(start, meetings)
}
