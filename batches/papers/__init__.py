"""What is printed: labels and travellers, as PDF. The same facts make the same file, to the byte."""
