"""A file to formulas, formulas to trees and rows; nothing here knows what a name means."""
