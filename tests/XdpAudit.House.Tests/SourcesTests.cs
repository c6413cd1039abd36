using System.Text.RegularExpressions;

namespace XdpAudit.House.Tests;

/// <summary>What holds for every file of the checkout.</summary>
public sealed partial class SourcesTests
{
    private static readonly string[] CodeFiles = [".cs", ".c", ".h", ".sql", ".js", ".css", ".html", ".sh"];

    [Fact]
    public void No_source_is_longer_than_400_lines_and_no_test_longer_than_600()
    {
        var sources = Repository.Files("src").Concat(Repository.Files("plugins")).Where(IsCode).Select(f => (File: f, Most: 400));
        var tests = Repository.Files("tests", "*.cs").Concat(Repository.Files("bench", "*.cs")).Select(f => (File: f, Most: 600));

        var tooLong = sources.Concat(tests).Select(f => (f.File, f.Most, Lines: File.ReadLines(Repository.Path(f.File)).Count())).Where(f => f.Lines > f.Most);

        Repository.None(tooLong.Select(f => $"{f.File} has {f.Lines}, {f.Most} are the end"), "too long, so it is two ideas");
    }

    [Fact]
    public void Nothing_is_left_for_later()
    {
        // In two pieces, so that this file does not find itself.
        string[] marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "NotImplemented" + "Exception"];

        Repository.None(Containing(Repository.Written(), marks), "left for later");
    }

    [Fact]
    public void Nothing_names_a_place_on_the_machine_it_was_written_on()
    {
        Repository.None(Containing(Repository.Written(), "/wo" + "rk/"), "a path of one machine");
    }

    [Fact]
    public void The_words_that_the_glossary_rules_out_are_not_used()
    {
        var ruledOut = new Page("docs/glossary.md").Rows("Word").SelectMany(r => r["Not"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToArray();

        var used = Containing(Repository.Written().Where(f => f is not "docs/glossary.md"), ruledOut);

        Assert.NotEmpty(ruledOut);
        Repository.None(used, "docs/glossary.md has another word for it");
    }

    [Fact]
    public void A_network_namespace_is_entered_only_where_threads_are_kept_apart()
    {
        // The simulated kernel shows a path as the real one would; it opens none.
        var elsewhere = Repository.Files("src", "*.cs").Concat(Repository.Files("plugins", "*.cs"))
            .Where(f => !f.Contains("/Namespaces/", StringComparison.Ordinal) && !f.Contains("/Interop/", StringComparison.Ordinal) && !f.StartsWith("src/XdpAudit.Simulated/", StringComparison.Ordinal));

        var entered = Containing(elsewhere, "setns(", "/self/ns/net\"", "/thread-self/ns/net\"");

        Repository.None(entered, "a network namespace is a thread's, so it is entered in Namespaces only");
    }

    [Fact]
    public void Interop_and_Namespaces_are_folders_of_the_kernel_and_of_the_plugins_on_it()
    {
        string[] allowed = ["XdpAudit.Kernel", "SharedLibbpf", "XdpAudit.Plugins.Libxdp", "XdpAudit.Plugins.FlightRecorder"];

        var folders = Folders().Where(f => Path.GetFileName(f) is "Interop" or "Namespaces");

        Assert.DoesNotContain(folders, f => !allowed.Contains(f.Split('/')[1]));
    }

    [Fact]
    public void Folders_are_named_after_what_they_are_about()
    {
        var words = new Page("docs/architecture.md").Rows("Kind").SelectMany(r => r["Folders"].Split(", ")).ToHashSet();

        var others = Folders().Where(f => !words.Contains(Path.GetFileName(f)));

        Repository.None(others, "no word of the list of folders in docs/architecture.md");
    }

    [Fact]
    public void No_folder_is_a_drawer_for_leftovers()
    {
        string[] drawers = ["Services", "Helpers", "Utils", "Utilities", "Common", "Managers", "Models", "Misc"];

        var found = Directory.EnumerateDirectories(Repository.Root, "*", SearchOption.AllDirectories)
            .Select(d => Path.GetRelativePath(Repository.Root, d))
            .Where(d => !Generated().IsMatch(d) && drawers.Contains(Path.GetFileName(d)));

        Repository.None(found, "named after nothing");
    }

    [Fact]
    public void Every_project_says_on_a_page_at_most_what_it_is_for()
    {
        var readmes = Repository.Files("src", "*.csproj").Concat(Repository.Files("plugins", "*.csproj")).Select(p => $"{Path.GetDirectoryName(p)}/README.md");

        var wrong = readmes.Where(r => !File.Exists(Repository.Path(r)) || File.ReadLines(Repository.Path(r)).Count() is < 3 or > 60);

        Repository.None(wrong, "missing, or not between 3 and 60 lines");
    }

    [Fact]
    public void The_entry_of_a_program_only_names_what_is_plugged_in()
    {
        var entries = Repository.Files("src", "Program.cs").Where(f => File.ReadLines(Repository.Path(f)).Count() >= 60);

        Repository.None(entries, "60 lines or more");
    }

    // The folders right below a project.
    private static IEnumerable<string> Folders() =>
        Repository.Files("src").Concat(Repository.Files("plugins")).Where(f => f.Split('/').Length > 3 && f.Split('/')[1] != "Shared").Select(f => string.Join('/', f.Split('/').Take(3))).Distinct();

    private static bool IsCode(string file) => CodeFiles.Contains(Path.GetExtension(file));

    private static List<string> Containing(IEnumerable<string> files, params string[] words)
    {
        var pattern = new Regex(string.Join('|', words.Select(w => char.IsLetter(w[0]) ? $@"\b{Regex.Escape(w)}{(char.IsLetter(w[^1]) ? @"\b" : "")}" : Regex.Escape(w))));
        return [.. files.SelectMany(f => File.ReadLines(Repository.Path(f)).Select((line, i) => (line, At: $"{f}:{i + 1}: {line.Trim()}")).Where(l => pattern.IsMatch(l.line)).Select(l => l.At))];
    }

    [GeneratedRegex(@"(^|/)(artifacts|bin|obj|\.git|\.vs|\.idea)(/|$)")]
    private static partial Regex Generated();
}
