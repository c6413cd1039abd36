namespace XdpAudit.Core.Tests;

public sealed class PluginLifeTests
{
    [Fact]
    public void It_is_active_faulted_or_refused_and_what_was_loaded_last_is_known_with_it()
    {
        var loaded = After(null, 1, new PluginLoaded("leak-rules", "0.1.0", "abcd", ["detector"]));
        var faulted = After(loaded, 2, new PluginFaulted("leak-rules", "detect", "threw"));
        var refused = After(faulted, 3, new PluginRefused("leak-rules", "digest", "its digest is another"));
        var again = After(refused, 4, new PluginLoaded("leak-rules", "0.2.0", "ef01", ["detector"]));

        Assert.Equal(("active", "0.1.0", (string?)null), (loaded.State, loaded.Version, loaded.Why));
        Assert.Equal(("faulted", "0.1.0", "threw"), (faulted.State, faulted.Version, faulted.Why));
        Assert.Equal(("refused", "its digest is another"), (refused.State, refused.Why));
        Assert.Equal(("active", "0.2.0", "ef01", (string?)null), (again.State, again.Version, again.Sha256, again.Why));
        Assert.Equal((1, 4), (again.FirstPosition, again.LastPosition));
    }

    private static PluginState After(PluginState? state, long position, PluginEvent fact) =>
        (PluginState)Subjects.Fold(state, fact.Subjects[0], new(position, A.BootedAt, fact))!;
}
