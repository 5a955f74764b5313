// echo.go — bench_embed.c with Go: a goroutine behind channels, called from C (c-archive).
package main

import "C"

var tells = make(chan int64, 60000)
var asks = make(chan chan int64, 1000)

func init() {
	go func() {
		var sum int64
		for {
			select {
			case n := <-tells:
				sum += n
			case reply := <-asks:
				reply <- sum
			}
		}
	}()
}

//export Tell
func Tell(n int64) { tells <- n }

//export Ask
func Ask() int64 {
	reply := make(chan int64, 1)
	asks <- reply
	return <-reply
}

func main() {}
