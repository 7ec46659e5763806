// Package compile decides over the whole set of documents: what each policy selects,
// which policy wins, which value holds. What goes in: decoded documents. What comes out: a
// plan with nothing left to look up, and findings about the set.
package compile
