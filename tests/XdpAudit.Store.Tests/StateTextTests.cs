namespace XdpAudit.Store.Tests;

/// <summary>A state loses nothing on its way into the read models and out again.</summary>
public sealed class StateTextTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public void Folding_states_that_were_written_and_read_between_events_gives_the_same_bytes(int seed)
    {
        var kept = new Dictionary<string, SubjectState>();
        var stored = new Dictionary<string, string>();
        var position = 0L;

        foreach (var fact in Generated.Journal(new Random(seed), 3000))
        {
            var entry = new JournalEntry(++position, A.Moment.AddSeconds(position), fact);
            foreach (var subject in fact.Subjects.Distinct())
            {
                if (Subjects.Fold(kept.GetValueOrDefault(subject), subject, entry) is not { } state)
                {
                    Assert.DoesNotContain(subject, stored);
                    continue;
                }

                kept[subject] = state;
                var before = stored.TryGetValue(subject, out var json) ? StateText.Read(json) : null;
                stored[subject] = StateText.Write(Subjects.Fold(before, subject, entry)!);
                Assert.Equal(StateText.Write(state), stored[subject]);
            }
        }

        Assert.True(stored.Count > 60, $"only {stored.Count} subjects");
    }
}
