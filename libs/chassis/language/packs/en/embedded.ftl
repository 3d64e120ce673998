# What the house says of the servers and the folder that it brings along.
refusal-data-folder-in-use = Another running platform (process { $pid }) holds the data folder { $folder }. Stop it first, or give another folder with --data.
refusal-data-folder-closed = The platform may not write in { $folder } ({ $cause }). Give that folder to the user who runs the platform, or give another one with --data.
refusal-data-folder-of-others = { $folder } holds other things (such as { $found }) and nothing of a platform, so nothing was put there. Give an empty or a new folder with --data.
refusal-server-did-not-start = The embedded server “{ $server }” did not start. Its log says why: { $log }
refusal-cluster-of-another-version = The database in { $folder } was written by PostgreSQL { $found }; this platform brings PostgreSQL { $ours }. Start the version of the platform that wrote it, or move the data over with pg_dump.
refusal-port-in-use = Another program listens on port { $port } of this machine. Stop it, or choose another port.
