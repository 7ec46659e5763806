package diag

import "strings"

// A sentence may carry a user's text of any length, so words and the whole are cut, at these
// numbers of runes. The longest list of fields, which is a Gateway's, has to fit into a sentence.
const (
	maxWord     = 300
	maxSentence = 8000
)

// Sentence makes a sentence fit for a terminal: hidden characters become visible, and long words and
// texts are cut.
func Sentence(s string) string {
	if len(s) <= maxWord {
		return Visible(s)
	}
	return Visible(cutWords(firstRunes(s, maxSentence)))
}

// cutWords cuts each word of a sentence to maxWord runes.
func cutWords(s string) string {
	words := strings.Split(s, " ")
	for i, word := range words {
		words[i] = firstRunes(word, maxWord)
	}
	return strings.Join(words, " ")
}

// firstRunes is the first n runes of a text, with an ellipsis where there are more.
func firstRunes(s string, n int) string {
	if end := forward(s, 0, n); end < len(s) {
		return s[:end] + "…"
	}
	return s
}
