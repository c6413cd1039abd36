namespace XdpAudit.Store;

/// <summary>
/// What a subject's key may be to be stored. Keys are columns of the read models: a NUL or half a surrogate pair would be refused there, after
/// the event is in the journal for ever, and stop them. So such an event is refused before; it is a mistake of the programmer who made the key.
/// </summary>
internal static class SubjectText
{
    private const int Longest = 1000;

    internal static void Check(IReadOnlyList<JournalEvent> events)
    {
        foreach (var e in events)
        {
            foreach (var subject in e.Subjects)
            {
                if (subject.Length is 0 or > Longest || subject.IndexOf('/', StringComparison.Ordinal) <= 0 || subject.Any(char.IsControl) || HasHalfPair(subject))
                {
                    throw new ArgumentException(
                        $"cannot append '{EventNames.Of(e)}': a subject must be kind/..., at most {Longest} characters, no control characters, not '{subject}'",
                        nameof(events));
                }
            }
        }
    }

    private static bool HasHalfPair(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return true;
            }
        }

        return false;
    }
}
