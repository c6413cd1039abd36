namespace XdpAudit.Agent.Tests;

/// <summary>What the next auditor is told of the past is what the journal tells.</summary>
public sealed class StopAndGoOnTests(Database database)
{
    // In the field: an auditor that was stopped while its last words were being projected; the next one called a finished operation indeterminate.
    [Fact]
    public async Task However_soon_after_its_last_word_an_auditor_ends_the_next_one_is_told_all_of_it()
    {
        await using var rig = await Rig.StartAsync(database);
        for (var i = 0; i < 16; i++)
        {
            for (var many = 0; many < 5; many++)
            {
                rig.Kernel.LoadForeign($"p{i}", 77);
            }

            await rig.LookAsync();
            await Task.Delay(i * 8, Rig.Token); // each time at another moment of the projecting, which nothing tells
            await rig.KillAsync();

            var told = await rig.Reader.LivingAsync(rig.Host.Name, Rig.Token);
            var state = HostState.Of(rig.Kernel.Host, told.Position, told.RecordedAt, told.Subjects.Select(s => s.State));
            var folded = HostState.Empty(rig.Kernel.Host);
            await foreach (var entry in rig.Host.ReadAsync(0, Rig.Token))
            {
                folded = HostState.Fold(folded, entry);
            }

            Assert.Equal(folded.Position, state.Position);
            Assert.Equal(Lasts(folded), Lasts(state));
            await rig.BeginAsync();
        }
    }

    private static IEnumerable<(string, long)> Lasts(HostState state) =>
        state.Programs.Values.Select(p => (p.Facts.Key.Value, p.LastPosition)).Append(("watch", state.Watch!.LastPosition)).Order();
}
