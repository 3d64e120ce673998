refusal-data-folder-in-use = Another running platform (process { $pid }) holds the data folder { $folder }. Stop it first, or give another folder with --data.
refusal-server-did-not-start = The embedded server “{ $server }” did not start. Its log says why: { $log }
