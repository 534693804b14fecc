# The national workbook as an analyst's script in R counts it: readxl, stringi, dplyr, tidyr.
#
#   Rscript benchmarks/peers.R WORKBOOK WORDS OUT
#
# The same cleaning and the same counts as in peers.py, which also makes WORDS from national.toml:
# every column, and for columns of words every writing with its code.

suppressPackageStartupMessages({
  library(readxl)
  library(stringi)
  library(dplyr)
  library(tidyr)
})

bad <- "bad"

# Composed, without spaces too many; a number that came as text "5.0" is 5.
tidy_text <- function(cells) {
  composed <- stri_trans_nfc(coalesce(cells, ""))
  plain <- stri_trim_both(stri_replace_all_regex(composed, "[\\s\\u00a0]+", " "))
  stri_replace_first_regex(plain, "^(\\d+)\\.0$", "$1")
}

clean_code <- function(text) {
  digits <- stri_pad_left(stri_replace_all_fixed(text, " ", ""), 8, "0")
  if_else(stri_detect_regex(digits, "^\\d{8}$"), digits, bad)
}

# A date cell comes as its serial number; typed dates as day, month, year.
clean_date <- function(text) {
  serial <- stri_detect_regex(text, "^\\d{5}$")
  iso <- stri_detect_regex(text, "^\\d{4}-\\d\\d-\\d\\d")
  typed <- as.Date(stri_replace_all_fixed(text, ".", "/"), "%d/%m/%Y")
  days <- as.Date(rep(NA, length(text)))
  days[serial] <- as.Date(as.integer(text[serial]), origin = "1899-12-30")
  days[iso] <- as.Date(stri_sub(text[iso], 1, 10))
  days[!serial & !iso] <- typed[!serial & !iso]
  late <- !is.na(days) & days >= as.Date("1991-01-01")
  if_else(text == "", "", if_else(late, format(days), bad))
}

clean_count <- function(text) {
  digits <- stri_replace_first_regex(text, "(?<=\\d)\\.(?=\\d{3}$)", "")
  if_else(stri_detect_regex(digits, "^\\d+$"), digits, bad)
}

clean_decision <- function(text) {
  if_else(text == "" | stri_detect_regex(text, "^\\d+/"), text, bad)
}

given <- commandArgs(trailingOnly = TRUE)
words <- read.csv(given[2], colClasses = "character", encoding = "UTF-8", na.strings = character())
columns <- unique(words$column)

clean_word <- function(text, column) {
  known <- words[words$column == column & words$written != "", ]
  coalesce(known$code[match(stri_trans_casefold(text), known$written)], bad)
}

year <- as.integer(stri_match_first_regex(given[1], "(\\d{4})\\.xlsx$")[, 2])
as_of <- sprintf("%d-05-31", year)

schools <- suppressMessages(read_excel(given[1], col_names = FALSE, col_types = "text")) |>
  setNames(columns) |>
  filter(stri_detect_regex(tidy_text(order), "^\\d+$")) |>
  mutate(across(everything(), tidy_text)) |>
  transmute(
    school_code = clean_code(school_code),
    education_level = clean_word(education_level, "education_level"),
    kdclgd_level = clean_word(kdclgd_level, "kdclgd_level"),
    cqg_level = clean_word(cqg_level, "cqg_level"),
    kdclgd_date = clean_date(kdclgd_date),
    cqg_date = clean_date(cqg_date),
    classes = clean_count(classes),
    pupils = clean_count(pupils),
    kdclgd_decision = clean_decision(kdclgd_decision),
    cqg_decision = clean_decision(cqg_decision)
  ) |>
  filter(!if_any(everything(), \(cell) cell == bad)) |>
  distinct() |>
  group_by(school_code) |>
  filter(n() == 1) |>
  ungroup()

counts <- schools |>
  select(education_level, kdclgd_level, kdclgd_date, cqg_level, cqg_date) |>
  pivot_longer(-education_level, names_to = c("scheme", ".value"), names_sep = "_") |>
  mutate(
    ends = paste0(as.integer(stri_sub(date, 1, 4)) + 5L, stri_sub(date, 5)),
    standing = case_when(
      level == "0" ~ "not_reached",
      ends >= as_of ~ level,
      TRUE ~ "expired"
    )
  ) |>
  count(scheme, education_level, standing, name = "schools")

write.csv(counts, given[3], row.names = FALSE, quote = FALSE, fileEncoding = "UTF-8")
