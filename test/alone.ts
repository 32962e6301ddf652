// Runs before the files of kind `unit`: they need nothing of this computer, and find nothing.
process.env.PATH = '/nowhere'
