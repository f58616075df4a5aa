/** The programs that the documents show are compiled and run. */
package dev.sluice.docs;
