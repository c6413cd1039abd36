namespace XdpAudit.Plugins.PolicyRules;

/// <summary>
/// A pattern over a whole text: <c>*</c> stands for any characters and none, <c>?</c> for exactly one, everything else for itself, in its own case.
/// Nothing escapes them: where a name holds one, <c>?</c> stands for it.
/// </summary>
internal readonly record struct Glob(string Pattern)
{
    internal bool Matches(string text)
    {
        // One point to come back to is enough: a later star can do all that an earlier one could. So no pattern takes more than text times pattern.
        int at = 0, next = 0, star = -1, resume = 0;
        while (at < text.Length)
        {
            if (next < Pattern.Length && Pattern[next] == '*')
            {
                star = next++;
                resume = at;
            }
            else if (next < Pattern.Length && (Pattern[next] == '?' || Pattern[next] == text[at]))
            {
                next++;
                at++;
            }
            else if (star >= 0)
            {
                next = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return Pattern.AsSpan(next).Trim('*').IsEmpty;
    }

    public override string ToString() => Pattern;
}
