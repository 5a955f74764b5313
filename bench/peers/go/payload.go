package main

import "time"

type parcel struct{ bytes []byte }

// A source makes objects that hold 1 KiB and passes them through 5 stages; each writes a byte. Per object.
func payload() {
	n := size(0)
	first := make(chan *parcel, mailbox)
	in := first
	for place := 0; place < 4; place++ {
		out := make(chan *parcel, mailbox)
		go func(place int, in <-chan *parcel, out chan<- *parcel) {
			for p := range in {
				p.bytes[place] = byte(place + 1)
				out <- p
			}
		}(place, in, out)
		in = out
	}
	start := time.Now()
	go func() {
		for i := 0; i < n; i++ {
			first <- &parcel{make([]byte, 1024)}
		}
	}()
	sum := 0
	for i := 0; i < n; i++ {
		p := <-in
		p.bytes[4] = 5
		for _, b := range p.bytes[:5] {
			sum += int(b)
		}
	}
	check(sum == 15*n)
	report(start, n)
}
