package plan

import "strconv"

func itoa[T ~uint32 | ~int](n T) string { return strconv.FormatInt(int64(n), 10) }
