#!/usr/bin/env Rscript
# The usual plots of a run or influence folder, in base R.
#
#   Rscript plot_run.R two-rivals-run          # writes two-rivals-run.pdf
#   Rscript plot_run.R two-rivals-influence    # writes two-rivals-influence.pdf
#
# A folder of `trophic run` gives each agent's alignment by round: the mean over replicates, a band
# of two standard errors where there are several, and the fixed point as a dashed line. A
# folder of `trophic influence` gives the matrix as a heat map.

most_lines <- 8
colours <- c("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#000000")

# Names such as "NA" or "TRUE" are names.
read_table <- function(folder, file, names) {
  classes <- setNames(rep("character", length(names)), names)
  read.csv(file.path(folder, file), colClasses = classes, na.strings = "", check.names = FALSE,
           encoding = "UTF-8")
}

# Long names are cut, so that they leave room for the plot.
shown <- function(names)
  ifelse(nchar(names) <= 16, names, paste0(substr(names, 1, 13), "..."))

plot_rounds <- function(folder) {
  rounds <- read_table(folder, "rounds.csv", "agent")
  summary <- read_table(folder, "summary.csv", "agent")
  rounds <- rounds[!is.na(rounds$alignment), ]  # agents without a reward have none
  agents <- unique(rounds$agent)
  if (length(agents) == 0) stop("no agent has an alignment")
  if (length(agents) > most_lines) {
    message("of ", length(agents), " agents the first ", most_lines, " are drawn")
    agents <- agents[seq_len(most_lines)]
  }
  lines_of <- lapply(agents, function(agent) {
    rows <- rounds[rounds$agent == agent, ]
    by_time <- split(rows$alignment, rows$time)
    error <- sapply(by_time, function(x) if (length(x) > 1) 2 * sd(x) / sqrt(length(x)) else 0)
    data.frame(time = as.numeric(names(by_time)), mean = sapply(by_time, mean), error = error)
  })
  drawn <- do.call(rbind, lines_of)
  limits <- summary$fixed_point[match(agents, summary$agent)]
  par(mar = c(4.2, 4.2, 3, 9.5))
  plot(range(drawn$time), range(drawn$mean - drawn$error, drawn$mean + drawn$error, limits,
                                na.rm = TRUE),
       type = "n", xlab = "time (rounds)", ylab = "alignment (reward)")
  for (k in seq_along(agents)) {
    line <- lines_of[[k]]
    line <- line[order(line$time), ]
    polygon(c(line$time, rev(line$time)), c(line$mean - line$error, rev(line$mean + line$error)),
            col = adjustcolor(colours[k], 0.25), border = NA)
    lines(line$time, line$mean, col = colours[k], lwd = 2)
    if (!is.na(limits[k])) abline(h = limits[k], col = colours[k], lty = 2)
  }
  legend("topleft", inset = c(1.01, 0), xpd = NA, legend = shown(agents),
         col = colours[seq_along(agents)], lwd = 2, bty = "n", cex = 0.8)
}

plot_influence <- function(folder) {
  pairs <- read_table(folder, "influence.csv", c("on", "of"))
  rows <- unique(pairs$on)
  columns <- unique(pairs$of)
  values <- matrix(NA, length(rows), length(columns))
  values[cbind(match(pairs$on, rows), match(pairs$of, columns))] <- pairs$long_term
  most <- max(abs(values), 1e-300, na.rm = TRUE)
  palette <- colorRampPalette(c("#b2182b", "#f7f7f7", "#2166ac"))(101)
  par(mar = c(8, 8, 4, 1), cex.axis = 0.8)
  # The first row is at the top.
  image(seq_along(columns), seq_along(rows), t(values[rev(seq_along(rows)), , drop = FALSE]),
        zlim = c(-most, most), col = palette, axes = FALSE, xlab = "", ylab = "")
  if (max(dim(values)) <= 30) {
    axis(1, seq_along(columns), shown(columns), las = 2)
    axis(2, seq_along(rows), shown(rev(rows)), las = 2)
  }
  mtext("curated share of", 1, line = 6.7)
  mtext("alignment of", 2, line = 6.7)
  mtext(sprintf("red: harmed, blue: helped, by at most %.3g reward/share", most), 3, cex = 0.8)
}

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) != 1) stop("usage: plot_run.R FOLDER")
folder <- arguments[1]
if (!file.exists(file.path(folder, "manifest.json")))
  stop(folder, " is no finished folder of trophic: it has no manifest.json")
target <- paste0(basename(folder), ".pdf")
pdf(target, width = 5.6, height = 4)
if (file.exists(file.path(folder, "rounds.csv"))) {
  plot_rounds(folder)
} else if (file.exists(file.path(folder, "influence.csv"))) {
  plot_influence(folder)
} else {
  stop(folder, " has neither rounds.csv nor influence.csv")
}
title(basename(folder), line = 2)
invisible(dev.off())
cat("wrote", target, "\n")
