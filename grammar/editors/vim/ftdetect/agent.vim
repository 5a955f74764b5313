autocmd BufNewFile,BufRead *.agent setfiletype agent
