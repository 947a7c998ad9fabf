/** What all resources of the REST API share: periods, pages, rights and problems. */
@NullMarked
package ai.costauditor.api.web;

import org.jspecify.annotations.NullMarked;
