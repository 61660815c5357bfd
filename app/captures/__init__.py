"""A captured model drawn and explained: its scene, its picture, what each part says, files of other programs."""
