"""What several charts share, from the ground up.

style: the look, and text that fits. lettering: lines of text, each shaped once. scene:
the rates and changes that a chart shows.
words: caption, sentences, cells, alt text, data. paper: a page in centimetres with its
title, legend and notes. rows: a figure of rows beside panels. marks: points with their
intervals. durations: what the charts of days share. Nothing here knows any one chart.
"""
