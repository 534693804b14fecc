# The national workbook as an analyst's script in R cleans it: readxl, stringi, dplyr, tidyr.
#
#   Rscript benchmarks/peers.R WORKBOOK WORDS TARGETS OUT
#
# The same job as in peers.py, which also makes WORDS and TARGETS from national.toml: every column,
# for columns of words every writing with its code; and the wanted shares.

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
targets <- read.csv(given[3])
columns <- unique(words$column)
spelled <- unique(words$column[words$code != ""])
texts <- c("school_name", "unit", "district", "province", "note")
counts <- columns[(which(columns == "classes")):(which(columns == "note") - 1)]

clean_word <- function(text, column) {
  known <- words[words$column == column & words$written != "", ]
  coalesce(known$code[match(stri_trans_casefold(text), known$written)], bad)
}

year <- as.integer(stri_match_first_regex(given[1], "(\\d{4})\\.xlsx$")[, 2])
as_of <- sprintf("%d-05-31", year)
save <- function(table, name) {
  write.csv(table, file.path(given[4], name), row.names = FALSE, na = "", fileEncoding = "UTF-8")
}

schools <- suppressMessages(read_excel(given[1], col_names = FALSE, col_types = "text")) |>
  setNames(columns) |>
  mutate(row = row_number(), .before = 1) |>
  mutate(across(-row, tidy_text)) |>
  filter(stri_detect_regex(order, "^\\d+$")) |>
  select(-order) |>
  mutate(
    school_code = clean_code(school_code),
    across(all_of(spelled), \(text) clean_word(text, cur_column())),
    across(ends_with("_date"), clean_date),
    across(ends_with("_decision"), clean_decision),
    across(all_of(counts), clean_count),
    broken = if_any(-row, \(cell) cell == bad)
  )

good <- schools |>
  filter(!broken) |>
  distinct(across(-row), .keep_all = TRUE) |>
  add_count(school_code, name = "times")
clean <- good |> filter(times == 1) |> select(row, all_of(columns[columns != "order"]))
save(clean, "clean.csv")
aside <- bind_rows(filter(schools, broken), filter(good, times > 1))
save(select(aside, row), "quarantine.csv")

distribution <- clean |>
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
save(distribution, "distribution.csv")

gaps <- inner_join(distribution, targets, by = "scheme") |>
  group_by(scheme, education_level, at_least, wanted) |>
  summarise(
    reached = sum(schools[standing %in% as.character(first(at_least):4)]),
    schools = sum(schools),
    .groups = "drop"
  ) |>
  mutate(
    gap_points = sprintf("%.2f", 100 * reached / schools - wanted),
    schools_needed = pmax(0, ceiling(wanted * schools / 100) - reached)
  )
save(gaps, "gaps.csv")
