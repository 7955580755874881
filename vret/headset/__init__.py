"""The headset contract, its forms, and the frame process that draws on one of them."""
